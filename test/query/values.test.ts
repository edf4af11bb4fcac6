import { parseField, valuesOf } from '../../src/query/values.ts';
import { cloudtrailLog } from '../../src/query/view/cloudtrailLog.ts';
import { genericLog } from '../../src/query/view/genericLog.ts';

test.each([
  ['@evt.name', { eventName: 'A' }, ['A']],
  ['@resources.ARN', { resources: [{ ARN: 'a' }, { ARN: 'b' }, { ARN: 'a' }] }, ['a', 'b']],
  ['@userIdentity', { userIdentity: { type: 'Root' } }, []],
  ['@absent', {}, []],
  ['status', { errorCode: 'X' }, ['error']],
  ['@readOnly', { readOnly: false }, [false]],
])('%s of %j is %j', (field, log, expected) => {
  expect(valuesOf(parseField(field), cloudtrailLog())(log)).toEqual(expected);
});

test('tags are fields, too', () => {
  expect(valuesOf(parseField('env'), genericLog)({ ddtags: 'env:prod,env:dev,team:x' })).toEqual(['prod', 'dev']);
});

test.each(['', '*', '@', '@a b', '@a:x', '(a', '@a*'])('%j is not one field', (text) => {
  expect(() => parseField(text)).toThrow();
});
