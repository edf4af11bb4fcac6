const { existsSync, readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const { parseDocument } = require('yaml');

/**
 * The parameters of serverless.yml, in their order. What each means is the comment above it; a comment that begins with
 * `---` is the title of all that follow.
 *
 * @returns {{ name: string, section: string, meaning: string, value: string | number, answers?: string[] }[]} `answers`
 *   only for a choice: the files in its folder.
 */
function readParameters() {
  const document = parseDocument(readFileSync(join(__dirname, '../serverless.yml'), 'utf8'));
  const params = document.getIn(['params', 'default']);
  let section = '';
  return params.items.map((pair, position) => {
    // The first key's comment hangs on the map itself.
    const comment = (position === 0 ? params.commentBefore : pair.key.commentBefore) ?? '';
    const lines = comment.split('\n').map((line) => line.trim());
    section = lines.find((line) => line.startsWith('---'))?.replace(/^-+ */, '') ?? section;
    const meaning = lines.filter((line) => !line.startsWith('---')).join(' ').trim();
    const name = pair.key.value;
    const answers = readAnswers(name);
    return { name, section, meaning, value: pair.value.value, ...(answers && { answers }) };
  });
}

/** The answers to a choice: the files in its folder that have a `stack`. Undefined for what is no choice. */
function readAnswers(name) {
  const folder = join(__dirname, folderOf(name));
  if (!existsSync(folder)) return undefined;
  const files = readdirSync(folder).filter((file) => file.endsWith('.yml'));
  const answers = files.filter((file) => /^stack:/m.test(readFileSync(join(folder, file), 'utf8')));
  return answers.map((file) => file.replace('.yml', ''));
}

/** A choice's folder: `apiKey` is in api-key/. */
function folderOf(name) {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** README's tables of the parameters, in Markdown: one for each title. `node serverless/parameters.cjs` prints them. */
function parameterTables() {
  const parameters = readParameters();
  const sections = [...new Set(parameters.map(({ section }) => section))];
  const row = ({ name, value, meaning }) => `| \`${name}\` | ${value === '' ? '' : `\`${value}\``} | ${meaning} |`;
  const table = (section) => ['', `**${section}**`, '', '| parameter | default | |', '|---|---|---|', ...parameters.filter((each) => each.section === section).map(row)];
  return sections.flatMap(table).slice(1).join('\n');
}

module.exports = { readParameters, parameterTables };

if (require.main === module) process.stdout.write(`${parameterTables()}\n`);
