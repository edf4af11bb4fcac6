/** An object that was put. */
export interface Put {
  key: string;
  sizeBytes: number;
}

/**
 * What S3 sends when objects are put: keys form-encoded, as S3 does
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html).
 */
export function s3Notification(bucket: string, puts: Put[], nowMs: number, region = 'us-east-1'): object {
  return {
    Records: puts.map(({ key, sizeBytes }, k) => ({
      eventVersion: '2.5',
      eventSource: 'aws:s3',
      awsRegion: region,
      eventTime: new Date(nowMs).toISOString(),
      eventName: 'ObjectCreated:Put',
      userIdentity: { principalId: 'AWS:AROAEXAMPLEEXAMPLE012:regionalDeliverySession' },
      requestParameters: { sourceIPAddress: '192.0.2.10' },
      responseElements: { 'x-amz-request-id': 'EXAMPLEREQUESTID', 'x-amz-id-2': 'EXAMPLE' },
      s3: {
        s3SchemaVersion: '1.0',
        configurationId: 'cloudtrail-forwarder',
        bucket: { name: bucket, ownerIdentity: { principalId: 'A3EXAMPLE' }, arn: `arn:aws:s3:::${bucket}` },
        object: { key: formEncoded(key), size: sizeBytes, eTag: '0123456789abcdef0123456789abcdef', sequencer: `0C0F6F405D6ED2${k.toString(16).toUpperCase().padStart(4, '0')}` },
      },
    })),
  };
}

/** `red flower.jpg` becomes `red+flower.jpg`; slashes stay. */
function formEncoded(key: string): string {
  return key.split('/').map((part) => encodeURIComponent(part).replaceAll('%20', '+')).join('/');
}
