import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { askingFor } from './asking.ts';
import { clientSettings, type Session } from './session.ts';

export interface LoggedError {
  timeMs: number;
  message: string;
}

export interface FunctionLogs {
  /**
   * Lines of the log group since then that say an error: the forwarder's own, and Lambda's for a crash or timeout.
   * Oldest first, at most `limit`; undefined when there is no such log group (the function never ran).
   */
  errors(logGroup: string, sinceMs: number, limit: number): Promise<LoggedError[] | undefined>;
}

/** Our JSON lines say `"level":"ERROR"`; the rest are plain lines that the runtime and Lambda write. */
const PATTERN = '?ERROR ?"Task timed out" ?"Runtime exited" ?"Runtime.ImportModuleError"';

/** CloudWatch answers page by page, empty pages among them; a day of a busy group can be many. */
const MAX_PAGES = 20;

export function openFunctionLogs(session: Session): FunctionLogs {
  const logs = new CloudWatchLogsClient(clientSettings(session));
  return {
    errors: (logGroup, sinceMs, limit) =>
      askingFor({ what: `read log group "${logGroup}"`, permission: 'logs:FilterLogEvents' }, ['ResourceNotFoundException'], async () => {
        const found: LoggedError[] = [];
        let nextToken: string | undefined;
        for (let page = 0; page < MAX_PAGES && found.length < limit; page += 1) {
          const answer = await logs.send(
            new FilterLogEventsCommand({ logGroupName: logGroup, startTime: sinceMs, filterPattern: PATTERN, limit, ...(nextToken === undefined ? {} : { nextToken }) }),
          );
          found.push(...(answer.events ?? []).map(({ timestamp, message }) => ({ timeMs: timestamp ?? 0, message: message ?? '' })));
          nextToken = answer.nextToken;
          if (nextToken === undefined) break;
        }
        return found.slice(0, limit);
      }),
  };
}
