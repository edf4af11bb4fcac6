import { Command } from 'commander';
import type { Context } from '../context.ts';
import type { SetupOptions } from './setup.ts';

export interface DoctorOptions extends Omit<SetupOptions, 'functionName'> {
  function?: string;
  region?: string;
  only?: string[];
  skip?: string[];
  list?: boolean;
  json?: boolean;
}

const EXAMPLES = `
Exit code: 0 nothing is wrong, 1 something is, 2 it could not look (no credentials, nothing answered).
A check that may not look is skipped, and says which permission it needs; AWS's managed policy SecurityAudit covers
most. It changes nothing, and sends nothing but one empty log to the intake.

DD_API_KEY and DD_APP_KEY (with aws_configuration_read, security_monitoring_filters_read, logs_read_data) let it ask
Datadog. Without DD_API_KEY it reads the forwarder's own key.

Examples:
  $ npx cloudtrail-forwarder doctor
  $ npx cloudtrail-forwarder doctor --region eu-west-1 --function cloudtrail-forwarder-prod --trail org-trail
  $ npx cloudtrail-forwarder doctor --bucket central-trail-logs --skip integration
  $ npx cloudtrail-forwarder doctor --only siem --json
  $ npx cloudtrail-forwarder doctor --list
`;

/** `doctor`: looks at the whole setup and says, check by check, what is wrong and which command mends it. */
export function doctorCommand(ctx: Context): Command {
  return new Command('doctor')
    .description('say what is wrong with the setup, from the AWS integration to Cloud SIEM, and what to do')
    .option('--function <name>', 'the forwarder (default: the only one in the region)')
    .option('--trail <name-or-arn>', 'the trail (default: the only one, or the one that writes to --bucket)')
    .option('--bucket <name>', "the trail's bucket (default: the trail's own)")
    .option('--region <region>', 'where the forwarder is (default: AWS_REGION, or the profile)')
    .option('--site <site>', "Datadog's site (default: DD_SITE, or the forwarder's)")
    .option('--role-name <name>', "Datadog's integration role", 'DatadogIntegrationRole')
    .option('--only <checks...>', 'only these checks or groups')
    .option('--skip <checks...>', 'leave out these checks or groups')
    .option('--list', 'say what would be checked, and check nothing')
    .option('--json', 'one JSON document instead of lines')
    .addHelpText('after', EXAMPLES)
    .action(async (options: DoctorOptions) => {
      // Loaded here, so that --help does not wait for the AWS clients.
      const { runDoctor } = await import('./run.ts');
      await runDoctor(ctx, options);
    });
}
