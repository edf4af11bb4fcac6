import { GetRoleCommand, IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { asking, askingFor } from './asking.ts';
import { parsePolicy, type PolicyDocument } from './policyDocument.ts';
import { clientSettings, type Session } from './session.ts';

export interface Role {
  name: string;
  arn: string;
  /** Who may assume it. */
  trust: PolicyDocument;
}

export interface Roles {
  /** Undefined when there is no such role. */
  find(name: string): Promise<Role | undefined>;
  /**
   * Whether the role's own policies allow the action on the resource (`iam:SimulatePrincipalPolicy`: service control
   * policies and the resource's own policy are not in it).
   */
  mayDo(roleArn: string, action: string, resource: string, context?: Record<string, string>): Promise<boolean>;
}

export function openRoles(session: Session): Roles {
  const iam = new IAMClient(clientSettings(session));
  return {
    find: (name) =>
      askingFor({ what: `read role "${name}"`, permission: 'iam:GetRole' }, ['NoSuchEntityException', 'NoSuchEntity'], async () => {
        const { Role: is } = await iam.send(new GetRoleCommand({ RoleName: name }));
        if (is?.Arn === undefined) throw new SyntaxError('no role in it');
        return { name, arn: is.Arn, trust: parsePolicy(is.AssumeRolePolicyDocument ?? '') };
      }),

    mayDo: (roleArn, action, resource, context = {}) =>
      asking({ what: `simulate ${action} for "${roleArn}"`, permission: 'iam:SimulatePrincipalPolicy' }, async () => {
        const { EvaluationResults } = await iam.send(
          new SimulatePrincipalPolicyCommand({
            PolicySourceArn: roleArn,
            ActionNames: [action],
            ResourceArns: [resource],
            ContextEntries: Object.entries(context).map(([key, value]) => ({ ContextKeyName: key, ContextKeyType: 'string', ContextKeyValues: [value] })),
          }),
        );
        const decision = EvaluationResults?.[0]?.EvalDecision;
        if (decision === undefined) throw new SyntaxError('no decision in it');
        return decision === 'allowed';
      }),
  };
}
