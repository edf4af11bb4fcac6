const { execFileSync } = require('node:child_process');
const { existsSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const { parseEnv } = require('node:util');
const { settle } = require('./settle.cjs');

/**
 * What the framework does not do by itself, the same for osls 4 and Serverless Framework 4: builds the bundle before it
 * is packed, says what is missing or wrong before anything is deployed, settles the template, and lets `invoke local`
 * work against the sandbox.
 */
class Forwarder {
  constructor(serverless, _options, { log }) {
    this.serverless = serverless;
    this.log = log;
    this.hooks = {
      initialize: () => this.initialize(),
      'before:package:createDeploymentArtifacts': () => this.build('--sbom'),
      'after:aws:package:finalize:mergeCustomProviderResources': () => this.settleTemplate(),
    };
  }

  initialize() {
    const command = this.serverless.processedInput.commands.join(' ');
    if (command === 'deploy' || command === 'package') {
      this.refuseWrongFilters(command);
      this.sayWhatIsMissing(command);
    }
    if (command === 'invoke local') this.useSandbox();
  }

  build(...options) {
    const { serviceDir, classes } = this.serverless;
    try {
      execFileSync(process.execPath, ['scripts/build.mjs', ...options], { cwd: serviceDir, stdio: 'inherit' });
    } catch {
      throw new classes.Error('Cannot build the function: `npm run build` said why, above');
    }
  }

  /** A policy cannot be written for a file that has no exact name, and the function would not start with it. */
  refuseWrongFilters(command) {
    const { filters, action } = this.serverless.service.custom.filters;
    if (filters === '' || action !== '') return;
    const wrong = `ERR_SETTINGS: Cannot ${command}: filters is "${filters}", but must be s3://BUCKET/KEY or ssm:NAME, without spaces, *, ?, $ and #`;
    throw new this.serverless.classes.Error(`${wrong}\n  Give --param="filters=s3://BUCKET/KEY", or leave filters empty to use the filters.yml beside serverless.yml.`, 'ERR_SETTINGS');
  }

  /** Each answer's file names the parameters that it needs (`needs`). */
  sayWhatIsMissing(command) {
    const needs = Object.assign({}, ...Object.values(this.serverless.service.custom.needs));
    const missing = Object.keys(needs).filter((name) => needs[name] === '');
    if (missing.length === 0) return;
    const how = missing.map((name) => `--param="${name}=..."`).join(' ');
    if (command === 'package') this.log.warning(`This package cannot be deployed yet: give ${how}`);
    else throw new this.serverless.classes.Error(`Cannot deploy: give ${how} (serverless.yml says what each means)`);
  }

  settleTemplate() {
    const { provider } = this.serverless.service;
    provider.compiledCloudFormationTemplate = settle(provider.compiledCloudFormationTemplate);
  }

  /** `npm run sandbox` leaves its addresses in .sandbox/env; without it the framework asks AWS for the stack's values. */
  useSandbox() {
    const { serviceDir, service } = this.serverless;
    this.build('--if-stale');
    const file = join(serviceDir, '.sandbox/env');
    if (!existsSync(file)) {
      this.log.notice('No sandbox is running (npm run sandbox starts one): using the deployed stack.');
      return;
    }
    const environment = parseEnv(readFileSync(file, 'utf8'));
    service.functions.forwarder.environment = environment;
    // The framework looks for credentials before the function's environment applies: no file, no metadata service.
    delete process.env.AWS_PROFILE;
    Object.assign(process.env, environment);
    this.log.notice('Using the sandbox (.sandbox/env).');
  }
}

module.exports = Forwarder;
