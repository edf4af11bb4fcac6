/**
 * What the parameter `filters` means for the function's role: the one call that reads the filter file, on that file
 * alone, and what a KMS key that encrypts it is used for. All empty when there is no such file.
 *
 * The forms are those of DD_FILTERS (src/settings/), less what a policy cannot name exactly: white space, the wildcards
 * `*` and `?`, the `$` of policy variables, and `#`, which in an address begins a record's number.
 */
const OBJECT = /^s3:\/\/((?!\.)[A-Za-z0-9._-]{3,255})\/([^\s*?$#]+)$/;
const PARAMETER = /^ssm:\/?([\w.-]+(?:\/[\w.-]+)*)$/;

const sub = (text) => ({ 'Fn::Sub': text });

function readOf(filters) {
  const [, bucket, key] = OBJECT.exec(filters) ?? [];
  if (bucket !== undefined) {
    const [bucketArn, arn] = [bucket, `${bucket}/${key}`].map((name) => sub(`arn:\${AWS::Partition}:s3:::${name}`));
    // S3 puts the object's ARN into the encryption context, or the bucket's with a bucket key.
    return { action: 's3:GetObject', arn, decryptOnly: { StringLike: { 'kms:ViaService': sub('s3.*.${AWS::URLSuffix}') }, StringEquals: { 'kms:EncryptionContext:aws:s3:arn': [bucketArn, arn] } } };
  }
  const [, name] = PARAMETER.exec(filters) ?? [];
  if (name !== undefined) {
    // An ARN has one slash before the name, whether the name begins with one or not.
    const arn = sub(`arn:\${AWS::Partition}:ssm:\${AWS::Region}:\${AWS::AccountId}:parameter/${name}`);
    return { action: 'ssm:GetParameter', arn, decryptOnly: { StringEquals: { 'kms:ViaService': sub('ssm.${AWS::Region}.${AWS::URLSuffix}'), 'kms:EncryptionContext:PARAMETER_ARN': arn } } };
  }
  return { action: '', arn: '', decryptOnly: '' };
}

/** @returns {Promise<{ filters: string, action: string, arn: object | '', decryptOnly: object | '' }>} */
module.exports = async ({ resolveVariable }) => {
  const filters = await resolveVariable('param:filters');
  return { filters, ...readOf(filters) };
};
