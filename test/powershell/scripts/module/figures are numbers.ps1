$id = Start-TestContainer
$figures = Measure-HcsContainer $id
Assert-True ($figures.Memory.CommitBytes -gt 0)
Assert-True ($figures.Uptime100ns -gt 0)
Remove-TestContainer $id
