import type { Template } from './packaged.ts';

/** Everything that a template names: of Ref, GetAtt, Sub, DependsOn and conditions, each with where it is named. */
export function references(template: Template): { names: string; kind: 'resource' | 'condition' | 'mapping'; at: string }[] {
  const found: ReturnType<typeof references> = [];
  const name = (names: unknown, kind: 'resource' | 'condition' | 'mapping', at: string) => void found.push({ names: String(names), kind, at });
  const walk = (node: unknown, at: string): void => {
    if (Array.isArray(node)) return node.forEach((item, position) => walk(item, `${at}.${position}`));
    if (node === null || typeof node !== 'object') return;
    for (const [key, value] of Object.entries(node)) {
      const here = `${at}.${key}`;
      if (key === 'Ref') name(value, 'resource', here);
      else if (key === 'Fn::GetAtt') name((value as string[])[0], 'resource', here);
      else if (key === 'Fn::Sub') namesInSub(value).forEach((each) => name(each, 'resource', here));
      else if (key === 'Fn::If') name((value as string[])[0], 'condition', here);
      else if (key === 'Fn::FindInMap') name((value as string[])[0], 'mapping', here);
      else if (key === 'DependsOn') [value].flat().forEach((each) => name(each, 'resource', here));
      else if (key === 'Condition' && typeof value === 'string') name(value, 'condition', here);
      walk(value, here);
    }
  };
  walk({ Resources: template.Resources, Outputs: template.Outputs, Conditions: template.Conditions }, '');
  return found;
}

function namesInSub(value: unknown): string[] {
  const [text, own] = Array.isArray(value) ? (value as [string, object]) : [value as string, {}];
  const names = [...text.matchAll(/\$\{([^!}][^}]*)\}/g)].map(([, inside]) => inside!.split('.')[0]!);
  return names.filter((each) => !(each in own));
}

/** The names that nothing in the template, and no pseudo parameter of AWS, answers to. */
export function unresolved(template: Template): string[] {
  const known = {
    resource: new Set([...Object.keys(template.Resources), ...Object.keys(template.Parameters ?? {})]),
    condition: new Set(Object.keys(template.Conditions ?? {})),
    mapping: new Set(Object.keys(template.Mappings ?? {})),
  };
  return references(template)
    .filter(({ names, kind }) => !known[kind].has(names) && !names.startsWith('AWS::'))
    .map(({ names, at }) => `${at}: ${names}`);
}
