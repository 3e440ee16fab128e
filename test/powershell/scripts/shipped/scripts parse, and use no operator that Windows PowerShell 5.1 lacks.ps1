$root = Split-Path (Get-Module HostCompute).Path
$files = @(Get-ChildItem $root -Recurse -Include *.ps1, *.psm1, *.psd1) + @(Get-Item "$root/../../completions/hcs.ps1")
Assert-True ($files.Count -gt 25)
foreach ($file in $files) {
    $tokens = $null
    $errors = $null
    $ast = [System.Management.Automation.Language.Parser]::ParseFile($file.FullName, [ref] $tokens, [ref] $errors)
    Assert-Equal @($errors).Count 0 $file.Name
    $newer = @('QuestionQuestion', 'QuestionQuestionEquals', 'QuestionDot', 'QuestionLBracket', 'AndAnd', 'OrOr', 'Ampersand2')
    $used = @($tokens | Where-Object { $newer -contains "$($_.Kind)" })
    Assert-Equal $used.Count 0 "$($file.Name) operators"
    $ternary = @($ast.FindAll({ param($node) $node.GetType().Name -in 'TernaryExpressionAst', 'PipelineChainAst' }, $true))
    Assert-Equal $ternary.Count 0 "$($file.Name) ternary"
}
