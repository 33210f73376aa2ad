// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.metrics;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/// The framing of event files: length, checksum of the length, data, checksum of the data.
///
/// The checksum is CRC-32C, rotated right by 15 bits plus a constant, so that data which holds
/// checksums itself does not checksum to a weak value.
///
/// Source: <https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details>.
final class TfRecord {
    private static final int MASK_DELTA = 0xa282ead8;

    private TfRecord() {}

    /// The record around the data, ready to be appended to a file.
    static byte[] frame(byte[] data) {
        int headerBytes = Long.BYTES + Integer.BYTES;
        ByteBuffer record =
                ByteBuffer.allocate(headerBytes + data.length + Integer.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        record.putLong(data.length);
        record.putInt(maskedCrc(record.array(), Long.BYTES));
        record.put(data);
        record.putInt(maskedCrc(data, data.length));
        return record.array();
    }

    /// The masked CRC-32C of the first bytes of an array.
    static int maskedCrc(byte[] bytes, int length) {
        var crc = new CRC32C();
        crc.update(bytes, 0, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
    }
}
