"use client";

import { useEffect, useState } from "react";

const SETTLES_AFTER_MS = 250;

/** A value that is asked of the server: the latest once it has not changed for a moment, so that not every click asks. */
export function useSettled<Value>(value: Value): Value {
  const text = JSON.stringify(value);
  const [settled, setSettled] = useState({ text, value });
  useEffect(() => {
    const timer = setTimeout(
      () => setSettled((before) => (before.text === text ? before : { text, value })),
      SETTLES_AFTER_MS,
    );
    return () => clearTimeout(timer);
  }, [text, value]);
  return settled.value;
}
