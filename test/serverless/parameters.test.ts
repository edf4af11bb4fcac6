import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { readParameters } from './answers.ts';
import { ROOT } from './packaged.ts';

const { parameterTables } = createRequire(__filename)('../../serverless/parameters.cjs') as { parameterTables: () => string };

describe('the parameters of serverless.yml', () => {
  it('each say what they mean, below a title', () => {
    for (const { name, section, meaning } of readParameters()) {
      expect({ name, section }).toEqual({ name, section: expect.stringMatching(/\w/) });
      expect({ name, meaning }).toEqual({ name, meaning: expect.stringMatching(/\w.*\.$/) });
    }
  });

  it('name each answer of a choice in its meaning', () => {
    for (const { name, meaning, answers = [] } of readParameters()) for (const answer of answers) expect({ name, meaning }).toEqual({ name, meaning: expect.stringContaining(`${answer}: `) });
  });

  it('are the ones that commands, checks and alarms tell people to give', () => {
    const known = new Map(readParameters().map((each) => [each.name, each]));
    const texts = ['src', 'serverless', 'scripts'].flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).filter((file) => /\.(ts|yml|md|mjs|cjs)$/.test(file)).map((file) => join(folder, file)));
    const wrong = texts.flatMap((file) => [...readFileSync(join(ROOT, file), 'utf8').matchAll(/--param="(\w+)=([\w-]+)"/g)].flatMap(([told, name, value]) => {
      if (name === 'name') return [];
      const parameter = known.get(name!);
      return parameter === undefined || parameter.answers?.includes(value!) === false ? [`${file}: ${told}`] : [];
    }));
    expect(wrong).toEqual([]);
  });

  const readme = join(ROOT, 'README.md');
  (existsSync(readme) ? it : it.skip)('are all in README, as `node serverless/parameters.cjs` prints them', () => {
    expect(readFileSync(readme, 'utf8')).toContain(parameterTables());
  });
});
