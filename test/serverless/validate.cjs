// Prints what AWS's offline validator says of each CloudFormation template named on the command line, as one JSON text.
// A process of its own: the validator holds 300 MB, and takes seconds to start.
const { CelEngine, TemplateFile } = require('@aws/cloudformation-validate');

const [parameters, ...files] = process.argv.slice(2);
const engine = new CelEngine();
const reports = files.map((file) => engine.validateStandard(new TemplateFile(file), { parameterOverrides: JSON.parse(parameters) }));
process.stdout.write(JSON.stringify(reports.map(({ diagnostics }) => diagnostics)));
