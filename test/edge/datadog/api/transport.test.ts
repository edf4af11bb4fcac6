import { sendToApi } from '../../../../src/edge/datadog/api/transport.ts';

function request(method = 'GET') {
  return { getUrl: () => 'https://api.datadoghq.com/api/v1/validate', getHttpMethod: () => method, getHeaders: () => ({}), getBody: () => undefined };
}

/** Answers, one a try; a number is a status. Waits are written down, not waited. */
function server(...answers: (number | Response | Error)[]) {
  const waitsMs: number[] = [];
  let tries = 0;
  const options = {
    fetch: async () => {
      const answer = answers[Math.min(tries, answers.length - 1)]!;
      tries += 1;
      if (answer instanceof Error) throw answer;
      return typeof answer === 'number' ? new Response('{}', { status: answer }) : answer.clone();
    },
    sleep: async (waitMs: number) => waitsMs.push(waitMs),
    random: () => 0.5,
  };
  return { options, waitsMs, tries: () => tries };
}

describe('sendToApi', () => {
  test.each([200, 204, 400, 401, 403, 404, 409, 413])('gives a %d back at once', async (status) => {
    const { options, tries } = server(status === 204 ? new Response(null, { status }) : status);
    expect((await sendToApi(request(), options)).status).toBe(status);
    expect(tries()).toBe(1);
  });

  test.each([408, 429, 500, 502, 503, 504])('tries a %d again with full jitter, and gives the last one back', async (status) => {
    const { options, tries, waitsMs } = server(status);
    expect((await sendToApi(request('POST'), options)).status).toBe(status);
    expect(tries()).toBe(4);
    expect(waitsMs).toEqual([500, 1000, 2000]);
  });

  test.each([
    [{ 'retry-after': '7' }, 7000],
    [{ 'x-ratelimit-reset': '3' }, 3000],
    [{ 'x-ratelimit-reset': '3600' }, 20_000],
    [{ 'retry-after': 'tomorrow' }, 500],
  ])('waits as long as %p asks, at most 20 s', async (headers, waitMs) => {
    const { options, waitsMs } = server(new Response('', { status: 429, headers }), 200);
    expect((await sendToApi(request(), options)).status).toBe(200);
    expect(waitsMs).toEqual([waitMs]);
  });

  test('asks again when nobody answers a GET', async () => {
    const { options, tries } = server(new TypeError('fetch failed'), 200);
    expect((await sendToApi(request('GET'), options)).status).toBe(200);
    expect(tries()).toBe(2);
  });

  test('does not send again what may have been carried out', async () => {
    const { options, tries } = server(new TypeError('fetch failed', { cause: new Error('read ECONNRESET') }), 200);
    await expect(sendToApi(request('POST'), options)).rejects.toMatchObject({ code: 'ERR_API_UNREACHABLE', message: expect.stringMatching(/"api.datadoghq.com": read ECONNRESET/) });
    expect(tries()).toBe(1);
  });
});
