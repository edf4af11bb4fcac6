/** How lines are read: as CloudTrail records, as any logs, or (`auto`) each as what it looks like. */
export const LOG_KINDS = ['auto', 'cloudtrail', 'any'] as const;
export type LogKind = (typeof LOG_KINDS)[number];
