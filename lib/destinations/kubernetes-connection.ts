import "server-only";
import type { RequestOptions } from "node:https";
import type { CoreV1Api, KubeConfig, RequestContext } from "@kubernetes/client-node";
import { DestinationError } from "@/lib/destinations/adapter";
import type { Networks } from "@/lib/network/rules";
import { type TlsTrust, vettedRequest } from "@/lib/network/vetted-request";

/**
 * The API of a cluster, for calls that end with a signal. `kubeconfig` undefined is the cluster that the server runs in.
 * @throws DestinationError "rejected" for a kubeconfig that is none, or that runs programs or names files or proxies
 */
export async function connectToCluster(
  kubeconfig: string | undefined,
  networks: Networks,
): Promise<(signal: AbortSignal) => CoreV1Api> {
  const sdk = await import("@kubernetes/client-node");
  const config = new sdk.KubeConfig();
  if (kubeconfig === undefined) readOwnCluster(config);
  else readKubeconfig(config, kubeconfig);
  const server = config.getCurrentCluster()?.server;
  if (server === undefined || !URL.canParse(server))
    throw new DestinationError("rejected", "The kubeconfig's current context names no server.");
  return (signal) => {
    const send = async (request: RequestContext) => {
      const { headers, tls } = await identityOf(config);
      const answer = await vettedRequest(
        {
          ...{ url: request.getUrl(), method: request.getHttpMethod().toString(), tls },
          headers: { ...request.getHeaders(), ...headers },
          body: textOf(request.getBody()),
        },
        { networks, signal },
      );
      return new sdk.ResponseContext(answer.status, answer.headers, {
        text: async () => answer.body.toString("utf8"),
        binary: async () => answer.body,
      });
    };
    const baseServer = new sdk.ServerConfiguration(server.replace(/\/+$/, ""), {});
    return new sdk.CoreV1Api(sdk.createConfiguration({ baseServer, httpApi: sdk.wrapHttpLibrary({ send }) }));
  };
}

function readOwnCluster(config: KubeConfig): void {
  if (!process.env.KUBERNETES_SERVICE_HOST)
    throw new DestinationError("credentials", "The server does not run in a cluster. Enter a kubeconfig.");
  config.loadFromCluster();
}

function readKubeconfig(config: KubeConfig, text: string): void {
  try {
    config.loadFromString(text);
  } catch {
    // What YAML's reader says shows lines of the text.
    throw new DestinationError("rejected", "The kubeconfig cannot be read. It has to be YAML with a current context.");
  }
  const [cluster, user] = [config.getCurrentCluster(), config.getCurrentUser()];
  if (cluster === null || user === null)
    throw new DestinationError("rejected", "The kubeconfig's current context names no cluster or no user.");
  // Whoever enters it is no operator of the server, so nothing of the server's machine is run or read for it.
  const [programs, files] = [
    [user.exec, user.authProvider],
    [user.certFile, user.keyFile, cluster.caFile],
  ];
  if (programs.some(isSet))
    throw new DestinationError(
      "rejected",
      "The kubeconfig runs a program to sign in. Use a token or a client certificate.",
    );
  if (files.some(isSet))
    throw new DestinationError(
      "rejected",
      "The kubeconfig names files. Put their contents into it (kubectl config view --flatten).",
    );
  // Private keys go there: whoever stands between would read them.
  if (cluster.skipTLSVerify)
    throw new DestinationError(
      "rejected",
      "The kubeconfig turns off the check of the cluster's certificate. Put its CA into it instead.",
    );
  if (isSet(cluster.proxyUrl))
    throw new DestinationError("rejected", "The kubeconfig names a proxy, which is not used.");
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}

type Identity = { headers: Record<string, string>; tls: TlsTrust };

/** Read anew for each request: the token of a pod changes within the hour. */
async function identityOf(config: KubeConfig): Promise<Identity> {
  const [cluster, user] = [config.getCurrentCluster(), config.getCurrentUser()];
  const options: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(options);
  } catch {
    // A pod's token and CA are files; everything else has been looked at before.
    throw new DestinationError("credentials", "The kubeconfig's credentials, or those of the pod, cannot be read.");
  }
  const authorization = Object.entries(options.headers ?? {}).find(
    ([name]) => name.toLowerCase() === "authorization",
  )?.[1];
  const password = user?.username ? Buffer.from(`${user.username}:${user.password ?? ""}`).toString("base64") : null;
  const headers = {
    ...(typeof authorization === "string" ? { authorization } : {}),
    ...(password === null ? {} : { authorization: `Basic ${password}` }),
  };
  const tls: TlsTrust = {
    ...pick("ca", options.ca),
    ...pick("cert", options.cert),
    ...pick("key", options.key),
    ...(cluster?.tlsServerName ? { servername: cluster.tlsServerName } : {}),
  };
  return { headers, tls };
}

function pick(name: "ca" | "cert" | "key", value: unknown): TlsTrust {
  return typeof value === "string" || Buffer.isBuffer(value) ? { [name]: value } : {};
}

function textOf(body: unknown): string | Uint8Array | null {
  return typeof body === "string" || body instanceof Uint8Array ? body : null;
}
