import type { ReactNode } from "react";
import { Brand } from "./brand";

type AuthFrameProps = { title: string; description?: ReactNode; children: ReactNode; footer?: ReactNode };

/** The frame before one is signed in: one card in the middle of the page. */
export function AuthFrame({ title, description, children, footer }: AuthFrameProps) {
  return (
    <main className="grid min-h-dvh content-center justify-items-center gap-6 px-4 py-10">
      <Brand />
      <div className="grid w-full max-w-[380px] gap-5 rounded-dialog border border-line bg-surface p-6">
        <div>
          <h1 className="text-2xl font-semibold tracking-[-0.018em]">{title}</h1>
          {description ? <div className="mt-1 text-muted">{description}</div> : null}
        </div>
        {children}
      </div>
      {footer ? <div className="max-w-[380px] text-center text-sm text-muted">{footer}</div> : null}
    </main>
  );
}
