import { PRESETS } from '../../pipeline/transform/filters/presets.ts';
import type { Context } from '../context.ts';

/** Lists the presets, each with what it hides. */
export async function runPresets({ out }: Context, { json = false }: { json?: boolean }): Promise<void> {
  if (json) {
    out.write(`${JSON.stringify(PRESETS, undefined, 2)}\n`);
    return;
  }
  for (const { name, title, query, hides, needsRoles } of PRESETS) {
    out.write(`- preset: ${name}${needsRoles ? '\n  roles: [...]' : ''}\n    ${title}\n    hides ${hides}\n    ${query}\n\n`);
  }
}
