import { DismissRun } from "@/components/cleanup/dismiss-run";
import { ButtonLink } from "@/components/ui/button-link";
import { Notice } from "@/components/ui/notice";
import { RelativeTime } from "@/components/ui/relative-time";
import type { AlarmingStatus } from "@/lib/cleanup/rules";
import type { Alarm } from "@/lib/cleanup/schema";

const WORDS: Record<AlarmingStatus, { title: string; text: string; link: string }> = {
  failed: {
    title: "The last cleanup run failed.",
    text: "What it had removed by then stays removed.",
    link: "Show the run",
  },
  interrupted: {
    title: "The last cleanup run was interrupted.",
    text: "The next run finishes the work.",
    link: "Show the run",
  },
  held: {
    title: "The last cleanup run is held.",
    text: "It would have removed more than a run may by itself, so it removed nothing and waits for a product admin.",
    link: "Review the run",
  },
};

/** Tells product admins, wherever they are, of a run that ended badly, until one of them dismisses it. */
export function RunBanner({ alarm, now }: { alarm: Alarm; now: Date }) {
  const { title, text, link } = WORDS[alarm.status];
  return (
    <section aria-label="Cleanup notice" className="mb-5">
      <Notice
        tone={alarm.status === "failed" ? "danger" : "warning"}
        title={title}
        action={
          <span className="flex flex-wrap gap-2">
            <ButtonLink href={{ pathname: `/settings/cleanup/runs/${alarm.runId}` }} prefetch={false}>
              {link}
            </ButtonLink>
            <DismissRun runId={alarm.runId} />
          </span>
        }
      >
        {text} <RelativeTime date={alarm.endedAt} now={now} />
      </Notice>
    </section>
  );
}
