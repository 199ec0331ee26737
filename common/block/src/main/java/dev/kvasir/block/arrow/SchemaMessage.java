package dev.kvasir.block.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.kvasir.block.BlockHeader;
import dev.kvasir.block.ElementType;
import java.util.HashMap;
import java.util.Map;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.FixedSizeList;
import org.apache.arrow.flatbuf.FloatingPoint;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.Precision;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.flatbuf.Type;

/**
 * The block's schema: columns {@code k} and {@code v}, each a non-nullable {@code
 * FixedSizeList[headDim]} of the element type; where that has scales, the non-nullable float32
 * columns {@code k_scale} and {@code v_scale}; and the header's fields as metadata.
 */
final class SchemaMessage {
  private SchemaMessage() {}

  /** The framed message; the same header gives the same bytes. */
  static byte[] write(BlockHeader header) {
    FlatBufferBuilder builder = new FlatBufferBuilder(1024 + 8 * header.tokens());
    int fields = Schema.createFieldsVector(builder, columns(builder, header));
    int metadata = Schema.createCustomMetadataVector(builder, pairs(builder, header));
    Schema.startSchema(builder);
    Schema.addFields(builder, fields);
    Schema.addCustomMetadata(builder, metadata);
    Schema.addEndianness(builder, Endianness.Little);
    int schema = Schema.endSchema(builder);
    return IpcMessage.finish(builder, MessageHeader.Schema, schema, 0);
  }

  /**
   * The header that a schema message describes; what else the message says is not looked at.
   *
   * @throws RuntimeException of any kind if the message is malformed
   */
  static BlockHeader read(Message message) {
    if (message.headerType() != MessageHeader.Schema) {
      throw new IllegalArgumentException("not a schema message: type=" + message.headerType());
    }
    Schema schema = (Schema) message.header(new Schema());
    if (schema.customMetadataLength() != HeaderFields.COUNT) {
      throw new IllegalArgumentException(
          "unexpected number of fields: " + schema.customMetadataLength());
    }
    Map<String, String> fields = HashMap.newHashMap(HeaderFields.COUNT);
    for (int i = 0; i < HeaderFields.COUNT; i++) {
      KeyValue pair = schema.customMetadata(i);
      fields.put(pair.key(), pair.value());
    }
    return HeaderFields.parse(fields);
  }

  private static int[] pairs(FlatBufferBuilder builder, BlockHeader header) {
    int[] pairs = new int[HeaderFields.COUNT];
    int i = 0;
    for (Map.Entry<String, String> field : HeaderFields.of(header).entrySet()) {
      int key = builder.createString(field.getKey());
      int value = builder.createString(field.getValue());
      pairs[i++] = KeyValue.createKeyValue(builder, key, value);
    }
    return pairs;
  }

  private static int[] columns(FlatBufferBuilder builder, BlockHeader header) {
    int k = lists(builder, "k", header);
    int v = lists(builder, "v", header);
    return header.elementType().scaleBytes() == 0
        ? new int[] {k, v}
        : new int[] {k, v, scales(builder, "k_scale"), scales(builder, "v_scale")};
  }

  private static int lists(FlatBufferBuilder builder, String name, BlockHeader header) {
    int[] item = {item(builder, header.elementType())};
    int list = FixedSizeList.createFixedSizeList(builder, header.geometry().headDim());
    return field(builder, name, Type.FixedSizeList, list, item);
  }

  private static int item(FlatBufferBuilder builder, ElementType type) {
    return switch (type) {
      case FLOAT16 -> number(builder, "item", Precision.HALF);
      case FLOAT32 -> number(builder, "item", Precision.SINGLE);
      case INT8 ->
          field(builder, "item", Type.Int, Int.createInt(builder, Byte.SIZE, true), new int[0]);
    };
  }

  private static int scales(FlatBufferBuilder builder, String name) {
    return number(builder, name, Precision.SINGLE);
  }

  private static int number(FlatBufferBuilder builder, String name, short precision) {
    int type = FloatingPoint.createFloatingPoint(builder, precision);
    return field(builder, name, Type.FloatingPoint, type, new int[0]);
  }

  private static int field(
      FlatBufferBuilder builder, String name, byte typeType, int type, int[] children) {
    int nameOffset = builder.createString(name);
    int childrenOffset = Field.createChildrenVector(builder, children);
    Field.startField(builder);
    Field.addName(builder, nameOffset);
    Field.addNullable(builder, false);
    Field.addTypeType(builder, typeType);
    Field.addType(builder, type);
    Field.addChildren(builder, childrenOffset);
    return Field.endField(builder);
  }
}
