const { readFileSync } = require('node:fs');
const { join } = require('node:path');

/** The handler's text, for CloudFormation to take inline: a template needs no second package that way. */
module.exports = { text: readFileSync(join(__dirname, 'handler.cjs'), 'utf8') };
