import type { Settings } from '../settings/settings.ts';
import { buildFilters } from './transform/filters/buildFilters.ts';
import { readFilterFile } from './transform/filters/filterFile.ts';
import type { Filters } from './transform/filters/filters.ts';
import type { FilterFile } from './transform/filters/rule.ts';
import { reservedOf, type Forwarder } from './transform/metadata.ts';
import { buildRedactor } from './transform/redact/buildRedactor.ts';
import type { Redactor } from './transform/redact/redactor.ts';

/** Put in by the build: the content of `filters.yml`, when there is one beside serverless.yml. */
declare const PACKAGED_FILTERS: unknown;

/** What is done to records on the way, as far as anything is. */
export interface Loaded {
  filters?: Filters;
  redactor?: Redactor;
  warnings: string[];
}

/**
 * The filters and redactions that the settings ask for: the file (that of DD_FILTERS, else the packaged one) and the variables.
 *
 * @param fetchText gives the text at an `s3://` or `ssm:` address
 * @throws FiltersError with every problem; ForwarderError when the file cannot be fetched. Nothing is forwarded then:
 *   a broken filter must never let everything through, nor nothing.
 */
export async function loadFilters(settings: Settings, forwarder: Pick<Forwarder, 'functionName' | 'version'>, fetchText: (uri: string) => Promise<string>): Promise<Loaded> {
  const { uri, ...gates } = settings.filters;
  const file = uri === undefined ? packaged() : await fetched(uri, fetchText);
  const built = buildFilters({ ...gates, ...(file === undefined ? {} : { file }), metadata: reservedOf(settings, forwarder, false) });
  const { tokenKey, ...redact } = settings.redact;
  const redacting = buildRedactor({ ...redact, ...(file === undefined ? {} : { paths: file.redactions }), ...(tokenKey === undefined ? {} : { tokenKey: tokenKey.reveal() }) });
  return {
    ...(built === undefined ? {} : { filters: built.filters }),
    ...(redacting === undefined ? {} : { redactor: redacting.redactor }),
    warnings: [...(built?.warnings ?? []), ...(redacting?.warnings ?? [])],
  };
}

function packaged(): FilterFile | undefined {
  return typeof PACKAGED_FILTERS === 'undefined' || PACKAGED_FILTERS === undefined ? undefined : readFilterFile(PACKAGED_FILTERS, 'filters.yml');
}

/** YAML is read late: a packaged file was read by the build. */
async function fetched(uri: string, fetchText: (uri: string) => Promise<string>): Promise<FilterFile> {
  const [text, { readFilterYaml }] = await Promise.all([fetchText(uri), import('./transform/filters/yamlFile.ts')]);
  return readFilterYaml(text, uri);
}
