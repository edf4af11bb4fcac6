import { parseQuery } from '../../../src/query/language/parser.ts';
import { lintQuery, renderLint, type LintOptions } from '../../../src/query/lint/lint.ts';

function lints(text: string, options?: LintOptions): string[] {
  return lintQuery(parseQuery(text), options).map(({ code, start, end, hint }) => `${code} ${text.slice(start, end)} -> ${hint}`);
}

test.each([
  ['@http.useragent:("" or *gcloud*)', ['lower-case-operator or -> write OR for the operator, or "or" for the word']],
  ['@eventName:A and @readOnly:true', ['lower-case-operator and -> write AND for the operator, or "and" for the word', 'no-message and -> write *:word to search all attributes, or name one: @eventName:word']],
  ['@a:\\or @b:"or"', expect.not.arrayContaining([expect.stringContaining('lower-case-operator')])],
  ['eventName:StopLogging', ['missing-at eventName -> write @eventName for the attribute']],
  ['evt.name:StopLogging', ['missing-at evt.name -> write @evt.name for the attribute']],
  ['requestParameters.bucketName:b', ['missing-at requestParameters.bucketName -> write @requestParameters.bucketName for the attribute']],
  ['useridentity.TYPE:Root', ['missing-at useridentity.TYPE -> write @userIdentity.type for the attribute']],
  ['env:prod team:x service:y', []],
  ['@eventname:StopLogging', ['unknown-field @eventname -> did you mean @eventName?']],
  ['@evnetName:StopLogging', ['unknown-field @evnetName -> did you mean @eventName?']],
  ['@requestParamters.bucketName:b', ['unknown-field @requestParamters.bucketName -> did you mean @requestParameters.bucketName?']],
  ['@invokedBy:x', ['unknown-field @invokedBy -> did you mean @userIdentity.invokedBy?']],
  ['@zzz:x', ['unknown-field @zzz -> check the name against a record; names mind the case']],
  ['@evt.source:x', ['other-field-meant @evt.source -> write @eventSource']],
  ['@status:error', ['other-field-meant @status -> write status without @']],
  ['@network.client.geoip.country.iso_code:DE', ['added-by-datadog @network.client.geoip.country.iso_code -> use a field of the record itself']],
  ['@userIdentity.sessionContext:* @requestParameters.any.thing:x @resources.ARN:y @"requestParameters".x:z', []],
  ['@level:error', ['value-case @level:error -> write Error']],
  ['@userIdentity.type:(root OR IAMUser)', ['value-case root -> write Root']],
  ['@eventSource:kms', ['event-source @eventSource:kms -> write kms.amazonaws.com']],
  ['@eventName:"Describe*"', ['quoted-wildcard @eventName:"Describe*" -> remove the quotes, and escape spaces with a backslash']],
  ['@userIdentity.arn:*:root', ['bare-colon : -> escape it (\\:) or quote the value, so that Datadog reads it the same']],
  ['@eventName: X', ['space-after-colon   -> remove it']],
  ['@userAgent:“a b”', expect.arrayContaining(['curly-quotes “ -> use straight quotes: "..."'])],
  ['*:"!!!"', ['nothing-to-search *:"!!!" -> search an attribute: @attribute:value']],
  ['@eventName:A @eventName:B', ['contradiction @eventName:B -> write @eventName:(A OR B)']],
  ['@evt.name:(A AND B)', ['contradiction B -> write @evt.name:(A OR B)']],
  ['@resources.ARN:(a AND b)', []],
  ['@eventName:A -@eventName:A', ['contradiction -@eventName:A -> remove one of the two, or join them with OR']],
  ['-@eventName:A OR -@eventName:B', ['always-true -@eventName:B -> write -@eventName:(A OR B)']],
  ['@eventName:A OR -@eventName:A', ['always-true -@eventName:A -> join them with AND, or remove both']],
  ['@eventName:(A OR B OR A)', ['redundant A -> remove one']],
  ['@requestParameters.n:[5 TO 1]', ['empty-range @requestParameters.n:[5 TO 1] -> write the lower end first; [ ] include the ends, { } do not']],
  ['@requestParameters.n:[a* TO b]', ['range-wildcard @requestParameters.n:[a* TO b] -> only a lone * is special: an open end']],
  ['*', []],
  [' *:* ', []],
  ['@eventName:A OR *', ['matches-all @eventName:A OR * -> add a condition, if that is not meant']],
  ['-*', ['matches-none -* -> add a condition, if that is not meant']],
  ['source:cloudtrail @evt.name:(StopLogging OR DeleteTrail) -@level:Error -@userIdentity.invokedBy:*', []],
])('%s', (text, expected) => {
  expect(lints(text)).toEqual(expected);
});

test('what Datadog adds is no fault in a rule, but a missing source is', () => {
  expect(lints('@network.client.geoip.country.iso_code:DE', { purpose: 'rule' })).toEqual(['no-source @network.client.geoip.country.iso_code:DE -> begin it with source:cloudtrail']);
  expect(lints('hello', { purpose: 'search' })).toEqual([]);
});

test('for other logs only the spelling and the logic are judged', () => {
  expect(lints('@anything:x eventName:y hello', { logs: 'any' })).toEqual([]);
  expect(lints('@a:x or @a:x', { logs: 'any' })).toEqual([expect.stringContaining('lower-case-operator'), expect.stringContaining('redundant')]);
});

test('a lint is shown with the line and a caret', () => {
  const text = 'source:cloudtrail\n@level:error';
  const [lint] = lintQuery(parseQuery(text));
  expect(renderLint(text, lint!)).toBe("@level is never 'error': attribute search minds the case\n  @level:error\n  ^^^^^^^^^^^^\nhint: write Error");
});
