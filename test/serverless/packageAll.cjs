// Packages the service in the folder given, once for each set of parameters in the JSON text given, and prints the
// templates as one JSON text. The same as `serverless package` for each, but the framework is loaded once: a second
// instead of a minute. The door that a user takes is tested in commands.test.ts.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const [serviceDir, rows] = process.argv.slice(2);
process.chdir(serviceDir);

const framework = (path) => require(`serverless/lib/${path}`);
const Serverless = framework('serverless.js');
const read = framework('configuration/read.js');
const resolveMeta = framework('configuration/variables/resolve-meta.js');
const resolveVariables = framework('configuration/variables/resolve.js');
const source = (name) => framework(`configuration/variables/sources/${name}.js`);

async function packageOne(params) {
  const configuration = await read(join(serviceDir, 'serverless.yml'));
  const variablesMeta = resolveMeta(configuration);
  const options = { param: Object.entries(params).map(([name, value]) => `${name}=${value}`), package: join(serviceDir, 'package') };
  const serverless = new Serverless({ configuration, serviceDir, configurationFilename: 'serverless.yml', commands: ['package'], options, variablesMeta });
  const sources = {
    env: source('env'),
    file: source('file'),
    opt: source('opt'),
    self: source('self'),
    sls: source('instance-dependent/get-sls')(serverless),
    param: source('instance-dependent/param')(serverless),
  };
  await resolveVariables({ serviceDir, configuration, variablesMeta, sources, options, fulfilledSources: new Set(Object.keys(sources)) });
  if (variablesMeta.size > 0) throw new Error(`Not resolved: ${[...variablesMeta.keys()].join(', ')}`);
  await serverless.init();
  await serverless.run();
  return JSON.parse(readFileSync(join(serviceDir, 'package/cloudformation-template-update-stack.json'), 'utf8'));
}

(async () => {
  const templates = [];
  for (const params of JSON.parse(rows)) templates.push(await packageOne(params));
  process.stdout.write(JSON.stringify(templates));
})();
