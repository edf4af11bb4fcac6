import { Command } from 'commander';
import type { Context } from '../context.ts';
import type { TargetOptions } from './target.ts';

export interface IntegrationOptions extends TargetOptions {
  site?: string;
  json?: boolean;
}

export interface CreateOptions extends IntegrationOptions {
  roleName: string;
  externalId?: string;
  sources: string[];
  metrics: boolean;
  resources: boolean;
  force: boolean;
  dryRun?: boolean;
}

export interface DeleteOptions extends IntegrationOptions {
  roleName: string;
  forwarderOnly: boolean;
  force: boolean;
  yes?: boolean;
  dryRun?: boolean;
}

const CREATE_HELP = `
Asks Datadog for an external id and registers the AWS account with the role and this forwarder; the role itself comes
from the stack, whose command is printed at the end. Run twice, it changes nothing the second time. An account that is
registered already keeps its external id, its other forwarders and whatever else is set there.

Needs DD_API_KEY and DD_APP_KEY (with aws_configurations_manage, aws_configuration_edit, aws_configuration_read).

Examples:
  $ npx cloudtrail-forwarder integration create --dry-run
  $ npx cloudtrail-forwarder integration create
  $ npx cloudtrail-forwarder integration create --account 123456789012 --no-forwarder --role-name DatadogIntegrationRole
  $ npx cloudtrail-forwarder integration create --external-id ID_THAT_THE_ROLE_ASKS_FOR_ALREADY
`;

const SHOW_HELP = `
Exit code: 0 the account is registered, 1 it is not, 2 Datadog could not be asked.

Examples:
  $ npx cloudtrail-forwarder integration show
  $ npx cloudtrail-forwarder integration show --account 123456789012 --json
`;

const DELETE_HELP = `
Without --yes it only says what it would do. It refuses to delete a registration that uses another role or that other
forwarders are registered with, unless --force is given. The role is the stack's: npx serverless remove, or deploy with
--param="integration=none".

Examples:
  $ npx cloudtrail-forwarder integration delete
  $ npx cloudtrail-forwarder integration delete --yes
  $ npx cloudtrail-forwarder integration delete --forwarder-only --yes
`;

/** `integration create|show|delete`: Datadog's AWS integration, step 1 of the guide. */
export function integrationCommand(ctx: Context): Command {
  const integration = new Command('integration').description("register the AWS account with Datadog's AWS integration, show or undo it");
  aimed(integration.command('create'))
    .description('register the account, with the role and this forwarder')
    .option('--role-name <name>', 'the role that Datadog assumes', 'DatadogIntegrationRole')
    .option('--external-id <id>', 'use this one instead of asking Datadog for one')
    .option('--sources <services...>', 'let Datadog manage the triggers of these services (not needed: the stack makes the trigger)', [])
    .option('--metrics', 'let Datadog collect metrics from the account', false)
    .option('--resources', 'let Datadog collect the configuration of resources', false)
    .option('--force', 'replace the role that is registered now', false)
    .option('--dry-run', 'say what would be done, and do nothing')
    .addHelpText('after', CREATE_HELP)
    .action(async (options: CreateOptions) => (await import('./create.ts')).create(ctx, options));
  aimed(integration.command('show'))
    .description('say how the account is registered')
    .addHelpText('after', SHOW_HELP)
    .action(async (options: IntegrationOptions) => (await import('./show.ts')).show(ctx, options));
  aimed(integration.command('delete'))
    .description('undo the registration, or take this forwarder out of it')
    .option('--role-name <name>', 'the role that the registration is expected to use', 'DatadogIntegrationRole')
    .option('--forwarder-only', 'take this forwarder away and keep the registration', false)
    .option('--force', 'delete it even if others use it', false)
    .option('--yes', 'really do it')
    .option('--dry-run', 'say what would be done, and do nothing (the default without --yes)')
    .addHelpText('after', DELETE_HELP)
    .action(async (options: DeleteOptions) => (await import('./delete.ts')).undo(ctx, options));
  return integration;
}

function aimed(command: Command): Command {
  return command
    .option('--account <id>', 'the AWS account (default: that of the credentials)')
    .option('--function <name>', 'the forwarder (default: the only one in the region)')
    .option('--forwarder-arn <arn>', "the forwarder's ARN, without asking AWS for it")
    .option('--no-forwarder', 'leave the forwarder out')
    .option('--region <region>', 'where the forwarder is (default: AWS_REGION, or the profile)')
    .option('--site <site>', "Datadog's site (default: DD_SITE, or datadoghq.com)")
    .option('--json', 'one JSON document instead of lines');
}
