-- Threads of the runtime, maps and memory that is outside its heap.
import Control.Concurrent
import Control.Monad
import qualified Data.Map.Strict as Map
import Foreign.C.Types
import Foreign.Marshal.Alloc
import Foreign.Storable

work :: Int -> IO Int
work seed = do
  parts <- forM [1 .. 5000] $ \i -> do
    block <- mallocBytes (i + 8)
    poke block (fromIntegral (i * seed) :: CLong)
    value <- peek block
    free block
    return (fromIntegral value)
  return $ sum parts + Map.foldl' (+) 0 (Map.fromListWith (+) [(i * 7919 `mod` 1009, i) | i <- [1 .. 20000]])

main :: IO ()
main = do
  results <- forM [1 .. 8] $ \seed -> do
    result <- newEmptyMVar
    _ <- forkIO (work seed >>= putMVar result)
    return result
  mapM takeMVar results >>= mapM_ print
