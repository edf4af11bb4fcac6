import { readdir, stat } from 'node:fs/promises';
import { sep } from 'node:path';
import type { BucketListing } from '../../edge/aws/bucketListing.ts';
import { ForwarderError, messageOf } from '../../errors.ts';

/**
 * Folders on disk, listed as a bucket is: by name, one level at a time. A link to a folder is not followed, since it may
 * lead in a circle. Sizes and times are not looked up; a copied file's time says nothing of its records.
 */
export function folderListing(): BucketListing {
  return {
    async *level(prefix) {
      const entries = await readdir(prefix, { withFileTypes: true }).catch((cause: unknown) => {
        throw new ForwarderError('ERR_OBJECT_UNREADABLE', `Cannot list "${prefix}": ${messageOf(cause)}`, { stage: 'cli', retry: 'never', hint: 'Check who may read the folder: ls -ld', cause });
      });
      // As S3 orders them: a folder's name ends with its slash.
      const named = entries.map((entry) => ({ entry, path: prefix + entry.name + (entry.isDirectory() ? sep : '') }));
      named.sort((a, b) => (a.path < b.path ? -1 : 1));
      for (const { entry, path } of named) {
        if (entry.isDirectory()) yield { folder: path };
        else if (entry.isFile() || (entry.isSymbolicLink() && (await isFile(path)))) yield { key: path, sizeBytes: NaN, modifiedMs: NaN };
      }
    },
  };
}

/** A link that leads nowhere counts as a file: reading it then says so. */
async function isFile(path: string): Promise<boolean> {
  return stat(path).then((found) => found.isFile(), () => true);
}
