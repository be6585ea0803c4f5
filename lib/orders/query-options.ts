import { mutationOptions } from "@tanstack/react-query";
import { browserAction } from "@/lib/http/browser-request";
import { renewCertificateAction } from "@/lib/orders/actions";

/** Has a certificate renewed; a connection that breaks is told as such, never as a success. */
export const renewalOptions = mutationOptions({
  mutationFn: (certificateId: string) => browserAction(() => renewCertificateAction({ certificateId })),
});
