/** Events as the search endpoints of logs and spans answer them. Source: ListLogs and ListSpans of the public API. */

import type { Event, Payload } from '@signalwright/model';

export function encodeLogEvent(event: Event): Payload {
  return {
    id: event.id,
    type: 'log',
    attributes: {
      attributes: event.attributes,
      ...(event.host !== undefined && { host: event.host }),
      message: event.message,
      ...(event.service !== undefined && { service: event.service }),
      status: event.status ?? 'info',
      tags: [...event.tags, ...(event.source === undefined ? [] : [`source:${event.source}`])],
      timestamp: new Date(event.tsMs).toISOString(),
    },
  };
}

/** A span of App and API Protection has one moment here, and the attributes that its tracer set. */
export function encodeSpanEvent(event: Event): Payload {
  const at = new Date(event.tsMs).toISOString();
  return {
    id: event.id,
    type: 'spans',
    attributes: {
      attributes: {},
      custom: event.attributes,
      ...(event.env !== undefined && { env: event.env }),
      ...(event.host !== undefined && { host: event.host }),
      ...(event.service !== undefined && { service: event.service }),
      resource_name: event.message,
      start_timestamp: at,
      end_timestamp: at,
      span_id: event.id,
      tags: [...event.tags],
    },
  };
}
