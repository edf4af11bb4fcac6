/** The dashboard's body: CloudWatch wants it as a JSON text; CloudFormation fills in the names. */
module.exports = async ({ resolveVariable }) => ({
  'Fn::Sub': JSON.stringify(await resolveVariable('file(serverless/monitoring/widgets.yml)')),
});
