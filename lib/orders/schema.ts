/** What happened with an order, for people; `at` in ISO 8601. */
export type OrderStep = { at: string; text: string };

/** A name of an order as the ACME server sees it. For dns-01 with the record to set. */
export type Authorization = {
  name: string;
  status: "pending" | "valid" | "invalid";
  url: string;
  txtName: string | null;
  txtValue: string | null;
  problem: string | null;
};
