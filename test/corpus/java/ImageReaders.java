// SPDX-License-Identifier: MIT
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.ImageOutputStream;

/** Readers of pictures that are not disposed of: libjpeg's structures stay until a collection finds each reader. */
final class ImageReaders {
    static final int READERS = 601;
    static final int SIDE = 353;

    public static void main(String[] args) throws Exception {
        ImageIO.setUseCache(false);
        byte[] picture = picture();
        long width = 0;
        for (int i = 0; i < READERS; i++) {
            try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(picture))) {
                ImageReader reader = ImageIO.getImageReaders(in).next();
                reader.setInput(in);
                width += reader.read(0).getWidth();
            }
        }
        if (width != (long) READERS * SIDE) throw new AssertionError(width);
        Program.ready(0);
    }

    /** Progressive: libjpeg keeps the coefficients of the whole picture. */
    private static byte[] picture() throws java.io.IOException {
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(SIDE);
        for (int x = 0; x < SIDE; x++) for (int y = 0; y < SIDE; y++) image.setRGB(x, y, random.nextInt());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            ImageWriteParam how = writer.getDefaultWriteParam();
            how.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
            writer.write(null, new IIOImage(image, null, null), how);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
