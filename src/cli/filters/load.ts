import { existsSync, readFileSync } from 'node:fs';
import { s3ObjectStore } from '../../edge/aws/objectStore.ts';
import { fetchText } from '../../edge/aws/textSource.ts';
import { ForwarderError, messageOf } from '../../errors.ts';
import { buildFilters } from '../../pipeline/transform/filters/buildFilters.ts';
import type { Filters } from '../../pipeline/transform/filters/filters.ts';
import { FiltersError, renderProblem } from '../../pipeline/transform/filters/filtersError.ts';
import type { FilterFile } from '../../pipeline/transform/filters/rule.ts';
import { readFilterYaml } from '../../pipeline/transform/filters/yamlFile.ts';
import { awsAddress } from '../awsAddress.ts';
import type { Context } from '../context.ts';

/** Where the build looks, too. */
const DEFAULT_FILE = 'filters.yml';

/** The variables that filter besides the file. */
const VARIABLES = { includeQuery: 'DD_INCLUDE_QUERY', excludeQuery: 'DD_EXCLUDE_QUERY', includeAtMatch: 'INCLUDE_AT_MATCH', excludeAtMatch: 'EXCLUDE_AT_MATCH' } as const;

export interface Loaded {
  file: FilterFile | undefined;
  /** Names and values of the variables that are set. */
  variables: Record<string, string>;
  /** Undefined when nothing filters. */
  filters: Filters | undefined;
  warnings: string[];
}

/**
 * The filters as the function would have them: the file named, else the one beside serverless.yml if there is one, and
 * the variables.
 *
 * @param guard what to do with filters that drop what detections are written for
 * @throws FiltersError with every problem; ForwarderError when the file cannot be read
 */
export async function loadFilters(ctx: Context, named: string | undefined, guard: 'refuse' | 'warn'): Promise<Loaded> {
  const name = named ?? (existsSync(DEFAULT_FILE) ? DEFAULT_FILE : undefined);
  const file = name === undefined ? undefined : readFilterYaml(await textOf(ctx, name), name);
  const set = Object.entries(VARIABLES).filter(([, variable]) => ctx.env[variable] !== undefined);
  const built = buildFilters({ guard, ...(file && { file }), ...Object.fromEntries(set.map(([option, variable]) => [option, ctx.env[variable]!])) });
  return { file, variables: Object.fromEntries(set.map(([, variable]) => [variable, ctx.env[variable]!])), filters: built?.filters, warnings: built?.warnings ?? file?.warnings ?? [] };
}

/** The filters for a command that tries some out; also those that the function would refuse. */
export async function needFilters(ctx: Context, named: string | undefined): Promise<Filters> {
  try {
    const { filters, warnings } = await loadFilters(ctx, named, 'warn');
    if (!filters) throw usage('There are no filters', `Write ${DEFAULT_FILE}, or give one with --filters; filters --help shows how.`);
    for (const warning of warnings) ctx.err.write(`warning: ${warning}\n`);
    return filters;
  } catch (thrown) {
    // All problems with their lines, then the one line that every error has.
    if (thrown instanceof FiltersError) ctx.err.write(`${thrown.problems.map(renderProblem).join('\n')}\n`);
    throw thrown;
  }
}

async function textOf(ctx: Context, name: string): Promise<string> {
  if (/^(?:s3:\/\/|ssm:)/.test(name)) return fetchText(name, s3ObjectStore(awsAddress(ctx, 'S3')), awsAddress(ctx, 'S3'));
  try {
    return readFileSync(name, 'utf8');
  } catch (thrown) {
    throw usage(`Cannot read the filter file "${name}": ${messageOf(thrown)}`, 'Give a path, s3://BUCKET/KEY or ssm:NAME.');
  }
}

function usage(message: string, hint: string): ForwarderError {
  return new ForwarderError('ERR_USAGE', message, { stage: 'cli', retry: 'never', hint });
}
