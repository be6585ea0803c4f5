import { unknownAddress } from "@/lib/http/api-method";

export const { GET, POST, PUT, PATCH, DELETE } = unknownAddress;
