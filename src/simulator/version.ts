/** Version of the service: of its files, of the control methods; shown in service.json and `status`. */
export const SERVICE_VERSION = 1;
