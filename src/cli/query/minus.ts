import type { Command } from 'commander';

/**
 * A query may begin with a minus (`-@error.kind:*`), so commands that take one let commander pass what looks like an
 * option. Here what really is a mistyped option is refused.
 */
export function refuseUnknownOptions(command: Command): void {
  const unknown = command.args.find((arg) => /^--[a-z][a-z-]*(?:=|$)/.test(arg));
  if (unknown !== undefined) command.error(`error: unknown option '${unknown}'`);
}
