/**
 * Works out what a template leaves open although it is known: conditions over fixed values, and with them `Fn::If`,
 * resources and outputs under a condition, and `AWS::NoValue`. What is deployed is then what a reader of the template
 * sees. Only a value in «…» stays open: a parameter of the stack (scripts/template.mjs).
 */
const NOTHING = Symbol('AWS::NoValue');

const isOpen = (value) => typeof value === 'object' || String(value).includes('«');

/** True, false, or undefined for a condition that is known only when the stack is deployed. */
function decide(condition, conditions) {
  const [[kind, operands]] = Object.entries(condition);
  if (kind === 'Condition') return decide(conditions[operands], conditions);
  if (kind === 'Fn::Equals') return operands.some(isOpen) ? undefined : String(operands[0]) === String(operands[1]);
  const decided = operands.map((operand) => decide(operand, conditions));
  if (kind === 'Fn::Not') return decided[0] === undefined ? undefined : !decided[0];
  const settling = kind === 'Fn::Or';
  if (decided.includes(settling)) return settling;
  return decided.includes(undefined) ? undefined : !settling;
}

/** A condition that stays open, without the parts that do not matter to it. */
function shorten(condition, conditions) {
  const [[kind, operands]] = Object.entries(condition);
  if (kind === 'Condition' || kind === 'Fn::Equals') return condition;
  const open = operands.filter((operand) => decide(operand, conditions) === undefined);
  const shortened = open.map((operand) => shorten(operand, conditions));
  return kind !== 'Fn::Not' && shortened.length === 1 ? shortened[0] : { [kind]: shortened };
}

/** CloudFormation has no condition that is only another's name. */
function spellOut(condition, conditions) {
  const { Condition: other } = condition;
  return other === undefined ? condition : spellOut(shorten(conditions[other], conditions), conditions);
}

function rewrite(node, decided) {
  if (Array.isArray(node)) return node.map((item) => rewrite(item, decided)).filter((item) => item !== NOTHING);
  if (node === null || typeof node !== 'object') return node;
  if (node.Ref === 'AWS::NoValue') return NOTHING;
  if (node['Fn::If']) {
    const [name, yes, no] = node['Fn::If'];
    if (decided[name] !== undefined) return rewrite(decided[name] ? yes : no, decided);
    const branches = [yes, no].map((branch) => rewrite(branch, decided));
    return { 'Fn::If': [name, ...branches.map((branch) => (branch === NOTHING ? { Ref: 'AWS::NoValue' } : branch))] };
  }
  const entries = Object.entries(node).map(([key, value]) => [key, rewrite(value, decided)]);
  return Object.fromEntries(entries.filter(([, value]) => value !== NOTHING));
}

/** Drops what stands under a condition that is false, and the condition itself where it is true. */
function keepWanted(section, decided) {
  const wanted = Object.entries(section ?? {}).filter(([, { Condition }]) => decided[Condition] !== false);
  return Object.fromEntries(
    wanted.map(([id, { Condition, ...rest }]) => [
      id,
      Condition === undefined || decided[Condition] ? rest : { ...rest, Condition },
    ]),
  );
}

/** The names of all conditions that are still asked. */
function asked(node) {
  if (Array.isArray(node)) return node.flatMap(asked);
  if (node === null || typeof node !== 'object') return [];
  const here = [node['Fn::If']?.[0], typeof node.Condition === 'string' ? node.Condition : undefined];
  return [...here.filter(Boolean), ...Object.values(node).flatMap(asked)];
}

/** @returns a template that does the same, with nothing left open that is known */
function settle(template) {
  const { Conditions: conditions = {}, ...rest } = template;
  const decided = Object.fromEntries(Object.entries(conditions).map(([id, each]) => [id, decide(each, conditions)]));
  const settled = rewrite(rest, decided);
  settled.Resources = keepWanted(settled.Resources, decided);
  settled.Outputs = keepWanted(settled.Outputs, decided);
  for (const resource of Object.values(settled.Resources)) {
    const dependsOn = [resource.DependsOn ?? []].flat().filter((id) => id in settled.Resources);
    if (dependsOn.length > 0) resource.DependsOn = dependsOn;
    else delete resource.DependsOn;
  }
  const open = Object.entries(conditions).filter(([id]) => decided[id] === undefined);
  const shortened = Object.fromEntries(open.map(([id, each]) => [id, spellOut(shorten(each, conditions), conditions)]));
  const needed = new Set([...asked(settled), ...asked(shortened)]);
  const Conditions = Object.fromEntries(Object.entries(shortened).filter(([id]) => needed.has(id)));
  return Object.keys(Conditions).length > 0 ? { ...settled, Conditions } : settled;
}

module.exports = { settle };
