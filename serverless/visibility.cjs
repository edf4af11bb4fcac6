/**
 * Seconds that a message stays invisible once the function has taken it: six times the function's timeout, as AWS asks
 * for (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html), so that no message is taken twice
 * while it is worked on.
 */
module.exports = async ({ resolveVariable }) => 6 * Number(await resolveVariable('param:timeout'));
