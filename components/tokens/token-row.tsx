import { RelativeTime } from "@/components/ui/relative-time";
import { Sub, Td, Tr } from "@/components/ui/table";
import { Tag } from "@/components/ui/tag";
import { ROLE_LABELS } from "@/lib/accounts/rules";
import { visibleText } from "@/lib/certificates/rules";
import { formatDateTimeUtc, formatRelative } from "@/lib/dates/rules";
import { TOKEN_STATE_LABELS } from "@/lib/tokens/rules";
import type { TokenView } from "@/lib/tokens/schema";
import { RevokeToken } from "./revoke-token";

const TONES = { active: "good", expired: "neutral", revoked: "bad" } as const;

/** One token: what it may, until when, and how it was used. */
export function TokenRow({ token, now, seesAll }: { token: TokenView; now: Date; seesAll: boolean }) {
  return (
    <Tr>
      <Td narrow="lead">
        <span className="font-medium">{visibleText(token.name)}</span>
        <Sub>
          <span className="wide:hidden"> </span>
          <span className="font-mono">{token.hint}…</span>
          {seesAll ? ` · ${token.isYours ? "yours" : `of ${token.ownerEmail}`}` : null}
          {token.ranges.length === 0 ? null : ` · from ${rangesInWords(token.ranges)} only`}
        </Sub>
      </Td>
      <Td narrow="second" className="whitespace-nowrap">
        {ROLE_LABELS[token.role]}
        {token.presentRole === token.role ? null : <Sub> acts as {ROLE_LABELS[token.presentRole]}</Sub>}
      </Td>
      <Td>
        <RelativeTime date={token.createdAt} now={now} layout="cell" />
      </Td>
      <Td narrow="third">
        <span className="text-sm text-muted wide:hidden">expires </span>
        <RelativeTime date={token.expiresAt} now={now} layout="cell" />
      </Td>
      <Td narrow="below" className="wrap-anywhere wide:min-w-36">
        <LastUse token={token} now={now} />
      </Td>
      <Td className="whitespace-nowrap">
        <State token={token} now={now} />
      </Td>
      <Td narrow="actions" className="text-right">
        {token.state === "active" ? (
          <RevokeToken tokenId={token.id} name={visibleText(token.name)} />
        ) : (
          <span className="wide:hidden">
            <State token={token} now={now} />
          </span>
        )}
      </Td>
    </Tr>
  );
}

function LastUse({ token, now }: { token: TokenView; now: Date }) {
  if (token.lastUsedAt === null) return <span className="text-faint max-wide:text-sm">Never used</span>;
  return (
    <time
      dateTime={token.lastUsedAt.toISOString()}
      title={formatDateTimeUtc(token.lastUsedAt)}
      className="max-wide:text-sm max-wide:text-muted"
    >
      <span className="wide:hidden">used </span>
      {formatRelative(token.lastUsedAt, now)}
      {token.lastUsedFrom === null ? null : <Sub> from {token.lastUsedFrom}</Sub>}
    </time>
  );
}

function State({ token, now }: { token: TokenView; now: Date }) {
  return (
    <span
      title={token.revokedAt === null ? undefined : `${formatDateTimeUtc(token.revokedAt)} by ${token.revokedByLabel}`}
    >
      <Tag tone={TONES[token.state]}>{TOKEN_STATE_LABELS[token.state]}</Tag>
      {token.revokedAt === null ? null : <Sub hideNarrow>{formatRelative(token.revokedAt, now)}</Sub>}
    </span>
  );
}

/** "203.0.113.0/24 and 2 more". */
function rangesInWords([first = "", ...rest]: readonly string[]): string {
  return rest.length === 0 ? first : `${first} and ${rest.length} more`;
}
