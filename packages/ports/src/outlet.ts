/**
 * Port: queues that other systems read.
 *
 * A caller may assume: once `publish` resolves, all of it survives the loss of the broker's process; messages of one
 * key stay in the order in which they were published, but for what was published again after a failure. Where it
 * rejects, some may have been taken: who publishes all of it again gives them twice, and never none; `id` tells
 * readers which are the same. Throws AegisError `outlet_unavailable`; nothing has to be opened anew afterwards.
 */
export interface Outlet {
  publish(queue: string, messages: readonly OutletMessage[]): Promise<void>;
  close(): Promise<void>;
}

export interface OutletMessage {
  /** The same whenever this is published again. */
  readonly id: string;
  /** What it is about: an address. */
  readonly key: string;
  readonly payload: string;
}
