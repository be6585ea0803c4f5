"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { batchesOf } from "@/components/certificates/upload-batches";
import { FILE_BYTES_LIMIT, FILE_TOO_LARGE } from "@/lib/certificates/file-refusal";
import { CERTIFICATES_KEY, upload } from "@/lib/certificates/query-options";
import type { FileOutcome } from "@/lib/certificates/schema";

export type UploadState = {
  total: number;
  outcomes: FileOutcome[];
  running: boolean;
  stopped: boolean;
  /** What ended the upload before its last file. */
  failure: string | null;
};

/** Sends files batch after batch. Every outcome is kept; Stop lets the batch that travels arrive and sends no more. */
export function useUpload() {
  const client = useQueryClient();
  const [state, setState] = useState<UploadState | null>(null);
  const wantsToStop = useRef(false);

  /** Answers whether every file was sent. */
  const start = async (files: File[], name: string): Promise<boolean> => {
    wantsToStop.current = false;
    const outcomes: FileOutcome[] = [];
    const show = (change: Partial<UploadState>) =>
      setState({
        total: files.length,
        outcomes: [...outcomes],
        running: true,
        stopped: false,
        failure: null,
        ...change,
      });
    show({});
    let failure: string | null = null;
    for (const batch of batchesOf(files)) {
      if (wantsToStop.current) break;
      const [only] = batch;
      // What the server would not even read is told here, in its words.
      if (only !== undefined && only.size > FILE_BYTES_LIMIT) {
        outcomes.push({ file: only.name, kind: "refused", sentence: FILE_TOO_LARGE });
      } else {
        try {
          outcomes.push(...(await upload(batch, name)));
        } catch (error) {
          failure = error instanceof Error ? error.message : String(error);
          break;
        }
      }
      show({});
    }
    show({ running: false, stopped: wantsToStop.current, failure });
    await client.invalidateQueries({ queryKey: [CERTIFICATES_KEY] });
    return outcomes.length === files.length;
  };

  const stop = () => {
    wantsToStop.current = true;
  };
  return { state, start, stop };
}
