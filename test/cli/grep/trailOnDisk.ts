import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeTrail } from '../../../src/sandbox/trail/trail.ts';

export const NOW_MS = Date.parse('2026-11-20T12:00:00Z');

/** An hour of made-up CloudTrail objects, with a short break-in. */
export const TRAIL = makeTrail({ bucket: 'trail', nowMs: NOW_MS });

export interface Known {
  pointer: string;
  text: string;
}

/** All records of the trail with their places, as the listing orders them. */
export function recordsOf(base: string): Known[] {
  const objects = TRAIL.filter(({ kind }) => kind !== 'digest').sort((a, b) => (a.key < b.key ? -1 : 1));
  return objects.flatMap(({ key, records }) => records.map((text, i) => ({ pointer: `${base}/${key}#${i}`, text })));
}

/** A folder of its own with these files; call `remove` in the end. */
export function folderWith(files: Record<string, string | Uint8Array>): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'grep-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
