/** Times that must fit each other: function timeout < lease < visibility timeout (figures §7; AWS: visibility ≥ 6 × timeout). */
export const WORKER_SECONDS = 30;
export const LEASE_SECONDS = 45;
export const VISIBILITY_SECONDS = 6 * WORKER_SECONDS;
/** Receives before a delivery is given up; waits for a lease and for rate limits count among them. */
export const MAX_RECEIVES = 20;
/** After an outage hundreds of deliveries are asked for, one after the other. */
export const SWEEP_SECONDS = 300;
/**
 * Of a group only the message at its head can be carried out; any more in the batch would count as received each time the
 * head fails, and follow it into the dead-letter queue without ever having been tried.
 */
export const BATCH_SIZE = 1;
