import { CheckList } from "@/components/ui/check-list";
import { CAPABILITIES, CAPABILITY_LABELS } from "@/lib/destinations/rules";
import type { TestAnswer } from "@/lib/destinations/schema";

/** What a test of a destination could and could not do. */
export function TestAnswerList({ answer }: { answer: TestAnswer }) {
  return (
    <CheckList
      label="What the test found"
      checks={CAPABILITIES.map((capability) => ({
        key: capability,
        passed: answer[capability].ok,
        text: (
          <>
            <strong className="font-semibold">{CAPABILITY_LABELS[capability]}</strong>: {answer[capability].sentence}
          </>
        ),
      }))}
    />
  );
}
