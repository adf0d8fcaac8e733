/** Where deliveries go: a webhook endpoint, or people by e-mail. */
export type DeliverySink = 'webhook' | 'email';

/**
 * One sealed event to be brought to one sink, as a listener plans it. The relay stores it in the transaction that seals the
 * event, with an id of its own.
 */
export interface PlannedDelivery {
  readonly sink: DeliverySink;
  /** Which one of its kind, such as the id of the webhook endpoint. A UUID. */
  readonly sinkId: string;
  /** Deliveries of one sink with one key go one after another, in the order of seq; such as the subject's id. */
  readonly orderKey: string;
  /** ISO 8601; absent: at once. */
  readonly notBefore?: string;
}
