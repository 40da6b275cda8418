/** What can happen to one call on its way to the service and back. */

/** `before`: the service never saw it; `after`: it carried it out. */
export const FAULTS = [
  'drop-before',
  'drop-after',
  '429-before',
  '500-before',
  '502-after',
  '503-before',
  '504-after',
  'truncated-after',
  'html-after',
  'empty-after',
  'headers-only-after',
  'other-object-after',
  'silence-after',
  'redirect-before',
] as const;

export type Fault = (typeof FAULTS)[number];

/** @param deliver hands the call to the service */
export async function meetFault(
  fault: Fault | undefined,
  deliver: () => Response | Promise<Response>,
): Promise<Response> {
  if (fault === undefined) return deliver();
  const carriedOut = fault.endsWith('-after') ? await deliver() : undefined;
  switch (fault) {
    case 'drop-before':
    case 'drop-after':
      throw new TypeError('fetch failed');
    case '429-before':
      return new Response('{}', {
        status: 429,
        headers: { 'x-ratelimit-reset': '3' },
      });
    case '500-before':
      return new Response('{"errors":["Internal error"]}', { status: 500 });
    case '502-after':
      return new Response('<html>Bad gateway</html>', { status: 502 });
    case '503-before':
      return new Response('', { status: 503 });
    case '504-after':
      return new Response('', { status: 504 });
    case 'truncated-after': {
      const text = (await carriedOut?.text()) ?? '';
      return new Response(text.slice(0, Math.max(1, Math.floor(text.length / 2))), { status: 200 });
    }
    case 'html-after':
      return new Response('<html>Welcome</html>', { status: 200 });
    case 'empty-after':
      return new Response('', { status: 200 });
    case 'headers-only-after':
      return new Response(
        new ReadableStream({
          start: (controller) => controller.error(new TypeError('terminated')),
        }),
        { status: 200 },
      );
    case 'other-object-after':
      return new Response('{"data":{"id":"zzz-zzz-zzz","attributes":{"name":"another"}},"id":"zzz-zzz-zzz"}');
    case 'silence-after':
      return new Promise(() => undefined);
    case 'redirect-before':
      return new Response('', {
        status: 307,
        headers: { location: 'https://192.0.2.1/' },
      });
  }
}
