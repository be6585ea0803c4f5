"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { batchesOf, pairsToSend } from "@/components/certificates/upload-batches";
import { FILE_BYTES_LIMIT, FILE_TOO_LARGE } from "@/lib/certificates/file-refusal";
import { CERTIFICATES_KEY, type UploadWords, upload } from "@/lib/certificates/query-options";
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

  /** Answers whether the form may be emptied: every file was sent, and none waits for a password. */
  const start = async (files: File[], words: UploadWords): Promise<boolean> => {
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
    try {
      for (const batch of batchesOf(files)) {
        if (wantsToStop.current) break;
        outcomes.push(...(await sendBatch(batch, words)));
        show({});
      }
      if (outcomes.length === files.length) await sendPairs(files, outcomes, words);
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error);
    }
    show({ running: false, stopped: wantsToStop.current, failure });
    await client.invalidateQueries({ queryKey: [CERTIFICATES_KEY] });
    const waiting = outcomes.some((outcome) => outcome.kind === "refused" && outcome.wantsPassword === true);
    return outcomes.length === files.length && !waiting;
  };

  const stop = () => {
    wantsToStop.current = true;
  };
  return { state, start, stop };
}

async function sendBatch(batch: File[], words: UploadWords): Promise<FileOutcome[]> {
  const [only] = batch;
  // What the server would not even read is told here, in its words.
  if (only !== undefined && only.size > FILE_BYTES_LIMIT) {
    return [{ file: only.name, kind: "refused", sentence: FILE_TOO_LARGE }];
  }
  return await upload(batch, words);
}

/** A private key and its certificate may have travelled in different batches: they go once more, together. */
async function sendPairs(files: File[], outcomes: FileOutcome[], words: UploadWords): Promise<void> {
  for (const pairs of pairsToSend(files, outcomes)) {
    const again = await upload(
      pairs.flatMap(({ certificateFile, keyFile }) => [certificateFile, keyFile]),
      words,
    );
    for (const [index, { position }] of pairs.entries()) {
      const outcome = again[index * 2 + 1];
      if (outcome !== undefined) outcomes[position] = outcome;
    }
  }
}
