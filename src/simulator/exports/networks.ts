import type { Handler } from '../call.js';

/** method, path, request -> response envelope. The HRESULT is 0; `Success` tells how it went (hcs-facts 7.5). */
export const HNSCall: Handler = (call) => ({
  values: [call.service.hns.call(call.string(0), call.string(1), call.text(2) ?? '')],
});
