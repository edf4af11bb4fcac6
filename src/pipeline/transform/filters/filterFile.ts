import { distance } from 'fastest-levenshtein';
import { isJsonObject } from '../../../json.ts';
import { escapeWord } from '../../../query/language/characters.ts';
import { parseQuery, type Query } from '../../../query/language/parser.ts';
import { lintField } from '../../../query/lint/fields.ts';
import { lintQuery, renderLint } from '../../../query/lint/lint.ts';
import { QueryError, pointAt } from '../../../query/queryError.ts';
import { FiltersError, type Problem } from './filtersError.ts';
import { PRESETS, type Preset } from './presets.ts';
import type { FilterFile, FilterRule, PathRedaction } from './rule.ts';

/** Where a value of the file stands, for messages: `filters.yml:12:5`. The path is as in `['filters', 3, 'exclude']`. */
export type PlaceOf = (path: readonly (string | number)[]) => string;

const TOP_KEYS = ['filters', 'redact'];
const RULE_KEYS = ['name', 'exclude', 'keep', 'preset', 'roles', 'rate', 'comment', 'owner', 'force'];
const REDACTION_KEYS = ['path', 'by', 'comment', 'owner'];

/**
 * Understands the data of a filter file:
 *
 * ```yaml
 * filters:
 *   - name: kms-noise
 *     exclude: '@eventSource:kms.amazonaws.com @eventName:(Decrypt OR GenerateDataKey)'
 *     rate: 0.99
 *   - preset: trail-delivery
 * redact:
 *   - path: requestParameters.masterUserPassword
 *     by: mask
 * ```
 *
 * @param data what the YAML or JSON says
 * @throws FiltersError with every problem at once
 */
export function readFilterFile(data: unknown, name: string, placeOf: PlaceOf = (path) => [name, ...path].join('/')): FilterFile {
  const reader = new FileReader(placeOf);
  if (data !== null && data !== undefined && !isJsonObject(data)) reader.problem([], 'the file holds a list or a single value', 'write the keys filters: and redact: at the top');
  const top = isJsonObject(data) ? data : {};
  reader.onlyKeys(top, TOP_KEYS, []);
  const rules = reader.list(top['filters'], ['filters']).flatMap((entry, i) => reader.rule(entry, i));
  const redactions = reader.list(top['redact'], ['redact']).flatMap((entry, i) => reader.redaction(entry, i));
  if (reader.problems.length > 0) throw new FiltersError(reader.problems);
  return { name, rules, redactions, warnings: reader.warnings };
}

type Path = readonly (string | number)[];

class FileReader {
  readonly problems: Problem[] = [];
  readonly warnings: string[] = [];
  private readonly placeOf: PlaceOf;
  private readonly names = new Map<string, string>();

  constructor(placeOf: PlaceOf) {
    this.placeOf = placeOf;
  }

  problem(path: Path, message: string, hint: string, frame?: string): void {
    this.problems.push({ place: this.placeOf(path), message, hint, ...(frame === undefined ? {} : { frame }) });
  }

  onlyKeys(object: Record<string, unknown>, known: readonly string[], path: Path): void {
    for (const key of Object.keys(object)) {
      if (known.includes(key)) continue;
      const [nearest = ''] = [...known].sort((a, b) => distance(key, a) - distance(key, b));
      this.problem([...path, key], `there is no key '${key}' here`, distance(key, nearest) <= 3 ? `did you mean ${nearest}?` : `the keys are ${known.join(', ')}`);
    }
  }

  list(value: unknown, path: Path): unknown[] {
    if (value === undefined || value === null) return [];
    if (Array.isArray(value)) return value;
    this.problem(path, `${path.join('.')} is not a list`, 'begin each entry with - ');
    return [];
  }

  rule(entry: unknown, index: number): FilterRule[] {
    const path = ['filters', index];
    if (!isJsonObject(entry)) {
      this.problem(path, 'a filter is not a list of keys and values', "write - name: ... and exclude: '...' below it");
      return [];
    }
    this.onlyKeys(entry, RULE_KEYS, path);
    const before = this.problems.length;
    const preset = this.preset(entry, path);
    const name = this.name(entry, preset, path);
    const found = preset ? { action: 'exclude' as const, query: this.presetQuery(preset, entry, path) } : this.action(entry, path);
    const rate = this.rate(entry['rate'], [...path, 'rate']);
    const texts = (['comment', 'owner', 'force'] as const).flatMap((key) => {
      const text = this.text(entry[key], [...path, key], key === 'force' ? 'write the reason why the guard does not apply' : undefined);
      return text === undefined ? [] : [[key, text] as const];
    });
    if (this.problems.length > before || name === undefined || !found?.query) return [];
    return [{ name, action: found.action, query: found.query, rate, ...Object.fromEntries(texts) }];
  }

  redaction(entry: unknown, index: number): PathRedaction[] {
    const path = ['redact', index];
    if (!isJsonObject(entry)) {
      this.problem(path, 'a redaction is not a list of keys and values', 'write - path: ... and by: mask below it');
      return [];
    }
    this.onlyKeys(entry, REDACTION_KEYS, path);
    const { by } = entry;
    const field = this.text(entry['path'], [...path, 'path'])?.replace(/^@/, '');
    if (field === undefined || field === '') this.problem(path, 'a redaction has no path', 'write path: requestParameters.password');
    if (by !== 'drop' && by !== 'mask' && by !== 'token') this.problem([...path, 'by'], `by is ${by === undefined ? 'missing' : JSON.stringify(by)}`, 'write drop, mask or token');
    if (!field || (by !== 'drop' && by !== 'mask' && by !== 'token')) return [];
    const at = { start: 0, end: field.length };
    for (const { message, hint } of lintField({ type: 'exists', field: { kind: 'attribute', path: field, ...at }, ...at }, 'filter')) {
      this.warnings.push(`${this.placeOf([...path, 'path'])}: ${message}; ${hint}`);
    }
    return [{ path: field, by }];
  }

  private text(value: unknown, path: Path, hint = 'write a text'): string | undefined {
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'string') return value;
    this.problem(path, `${String(path.at(-1))} is not a text`, hint);
    return undefined;
  }

  private name(entry: Record<string, unknown>, preset: Preset | undefined, path: Path): string | undefined {
    const name = this.text(entry['name'], [...path, 'name'], 'write a name in quotes') ?? preset?.name;
    if (name === undefined || name === '') {
      if (entry['preset'] === undefined) this.problem(path, 'a filter has no name', 'write name: what-it-filters; metrics and logs call it so');
      return undefined;
    }
    if (!/^[A-Za-z0-9][\w.-]{0,62}$/.test(name)) this.problem([...path, 'name'], `the name '${name}' cannot be a metric's dimension`, 'use letters, digits, - . and _, at most 63 of them');
    const other = this.names.get(name);
    if (other !== undefined) this.problem([...path, 'name'], `the name '${name}' is taken by the filter at ${other}`, 'give it another name: counts are kept by name');
    this.names.set(name, this.placeOf(path));
    return name;
  }

  private action(entry: Record<string, unknown>, path: Path): { action: 'exclude' | 'keep'; query: Query | undefined } | undefined {
    const actions = (['exclude', 'keep'] as const).filter((key) => entry[key] !== undefined);
    const [action] = actions;
    if (entry['preset'] !== undefined) return undefined;
    if (action === undefined || actions.length > 1) {
      this.problem(path, action === undefined ? 'a filter has neither exclude nor keep' : 'a filter has both exclude and keep', "write exclude: '<query>' or keep: '<query>'");
      return undefined;
    }
    return { action, query: this.query(entry[action], [...path, action]) };
  }

  private query(value: unknown, path: Path): Query | undefined {
    if (typeof value !== 'string' || value.trim() === '') {
      this.problem(path, 'the query is empty or not a text', "write a query in quotes, such as '@eventName:Decrypt'; to match every record write '*'");
      return undefined;
    }
    try {
      const query = parseQuery(value);
      for (const lint of lintQuery(query)) this.warnings.push(`${this.placeOf(path)}: ${renderLint(value, lint)}`);
      return query;
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      this.problem(path, error.problem, error.hint, pointAt(value, error.offset, error.length));
      return undefined;
    }
  }

  private rate(value: unknown, path: Path): number {
    if (value === undefined || value === null) return 1;
    if (typeof value === 'number' && value > 0 && value <= 1) return value;
    this.problem(path, `rate is ${JSON.stringify(value)}`, 'write a share above 0 and up to 1: 0.9 takes 90 % of the matching records');
    return 1;
  }

  private preset(entry: Record<string, unknown>, path: Path): Preset | undefined {
    const wanted = entry['preset'];
    if (wanted === undefined) {
      if (entry['roles'] !== undefined) this.problem([...path, 'roles'], 'roles belong to a preset', `write preset: ${PRESETS.filter(({ needsRoles }) => needsRoles).map(({ name }) => name).join(' or ')}`);
      return undefined;
    }
    const preset = PRESETS.find(({ name }) => name === wanted);
    if (entry['exclude'] !== undefined || entry['keep'] !== undefined) this.problem(path, 'a preset brings its own query', 'remove exclude and keep');
    if (!preset) this.problem([...path, 'preset'], `there is no preset ${JSON.stringify(wanted)}`, `the presets are ${PRESETS.map(({ name }) => name).join(', ')}`);
    return preset;
  }

  private presetQuery(preset: Preset, entry: Record<string, unknown>, path: Path): Query | undefined {
    if (!preset.needsRoles) {
      if (entry['roles'] !== undefined) this.problem([...path, 'roles'], `the preset ${preset.name} takes no roles`, 'remove them');
      return parseQuery(preset.query);
    }
    const roles = entry['roles'];
    if (!Array.isArray(roles) || roles.length === 0 || !roles.every((role) => typeof role === 'string' && /^[\w+=,.@/*-]+$/.test(role) && /[^*]/.test(role))) {
      this.problem([...path, 'roles'], `the preset ${preset.name} needs the names of roles`, "write roles: [DatadogIntegrationRole, 'scanner-*']");
      return undefined;
    }
    const words = (roles as string[]).map((role) => role.split('*').map((part) => (part === '' ? '' : escapeWord(part))).join('*'));
    return parseQuery(preset.query.replace('{roles}', () => words.join(' OR ')));
  }
}
