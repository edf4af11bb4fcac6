/** A parameter of Systems Manager as a policy names it; a bare name is one of the function's own account and region. */
export function parameterArn(name: string, functionArn: string): string {
  if (name.startsWith('arn:')) return name;
  const [, partition = 'aws', , region = '', account = ''] = functionArn.split(':');
  return `arn:${partition}:ssm:${region}:${account}:parameter/${name.replace(/^\//, '')}`;
}
