"use client";

import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from "react";
import type { Href } from "./href";
import { Toast } from "./toast";

type ToastContent = { message: string; link?: { label: string; href: Href }; tone?: "done" | "problem" };

const ToastContext = createContext<((content: ToastContent) => void) | null>(null);

/** Holds the toasts of the page, newest last, in one polite live region. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<{ key: string; content: ToastContent }[]>([]);
  const made = useRef(0);
  const show = useCallback((content: ToastContent) => {
    // A number of our own: crypto.randomUUID is missing on plain http away from localhost.
    made.current += 1;
    const key = String(made.current);
    setToasts((shown) => [...shown.slice(-2), { key, content }]);
  }, []);
  const dismiss = useCallback((key: string) => {
    setToasts((shown) => shown.filter((toast) => toast.key !== key));
  }, []);
  return (
    <ToastContext value={show}>
      {children}
      <section
        aria-label="Notifications"
        aria-live="polite"
        className="pointer-events-none fixed right-4 bottom-4 [body:has([data-bottom-bar])_&]:bottom-28 z-40 grid w-[min(380px,calc(100vw-2rem))] gap-2"
      >
        {toasts.map((toast) => (
          <Toast key={toast.key} id={toast.key} content={toast.content} onDismiss={dismiss} />
        ))}
      </section>
    </ToastContext>
  );
}

/** Shows a short message that leaves by itself: `showToast({ message, link })`. */
export function useToast(): (content: ToastContent) => void {
  const show = useContext(ToastContext);
  if (!show) throw new Error("useToast needs a ToastProvider above it");
  return show;
}
