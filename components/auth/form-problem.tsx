import { Notice } from "@/components/ui/notice";

/** What went wrong with a form. Always there, so that a screen reader hears what is put into it. */
export function FormProblem({ children }: { children: string | null }) {
  return (
    <div role="alert" className="empty:absolute">
      {children === null ? null : <Notice tone="danger">{children}</Notice>}
    </div>
  );
}
